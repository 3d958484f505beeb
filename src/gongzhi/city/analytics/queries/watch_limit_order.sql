-- watches, limit_order: whole local days inside an order on which more is used than allowed; the reference are the same weekdays
-- of the weeks before the order began
with sums as (
    select m.subject, d.d, cast(sum(d.total) as bigint) as total
    from members as m
    join daily as d on d.s = m.s
    group by m.subject, d.d
), used as (
    select s.subject, s.d, s.total, o.period, o.cut, (o.since_us + 28800000000) // 86400000000 as begins
    from periods as o
    join sums as s on s.subject = o.subject
    where s.d >= $first and s.d < $last and s.d * 86400000000 - 28800000000 >= o.since_us
        and (s.d + 1) * 86400000000 - 28800000000 <= o.until_us
), usual as (
    select u.subject, u.d, u.total, u.period, u.cut, count(*) as n, cast(sum(b.total) as bigint) as reference
    from used as u
    join subjects as p on p.subject = u.subject
    join sums as b on b.subject = u.subject and b.d < u.begins and b.d >= u.begins - 7 * p.weeks and (u.d - b.d) % 7 = 0
    group by u.subject, u.d, u.total, u.period, u.cut, p.enough
    having count(*) >= p.enough
)
select subject, d, total as used, reference, n as weeks, cut, period
from usual
where cast(total as double) * cast(n as double) > (1 - cut) * cast(reference as double)
order by d, subject, period
