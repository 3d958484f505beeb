-- watches, surge: the window that ends on a day held against the same windows of the weeks before; only the day on which it begins
with spread as (
    select c.subject, c.d + k.i as d, c.n as now, cast(0 as bigint) as usual
    from counts as c
    join ticks as k on k.i < $days
    union all
    select c.subject, c.d + k.i + 7 * w.i as d, cast(0 as bigint) as now, c.n as usual
    from counts as c
    join ticks as k on k.i < $days
    join ticks as w on w.i >= 1 and w.i <= $weeks
), sums as (
    select subject, d, cast(sum(now) as bigint) as now, cast(sum(usual) as bigint) as usual
    from spread
    where d >= $first - 1 and d < $last
    group by subject, d
), seen as (
    select subject, d, now, usual
    from sums
    where now > 0 and now >= $enough and cast(now * $weeks as double) >= $times * cast(usual as double)
)
select s.subject, s.d, s.now, s.usual
from seen as s
left join seen as b on b.subject = s.subject and b.d = s.d - 1
where b.subject is null and s.d >= $first
order by s.d, s.subject
