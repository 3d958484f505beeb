-- watches, night_ratio: local days on which the night hours use more than so many times the other hours
with hours as (
    select m.subject, (r.us + 28800000000) // 86400000000 as d, ((r.us + 28800000000) % 86400000000) // 3600000000 as h,
        cast(sum(r.milli) as bigint) as total
    from members as m
    join readings as r on r.s = m.s
    where r.us >= $first * 86400000000 - 28800000000 and r.us < $last * 86400000000 - 28800000000
    group by m.subject, (r.us + 28800000000) // 86400000000, ((r.us + 28800000000) % 86400000000) // 3600000000
), parts as (
    select h.subject, h.d, h.total,
        case when p.night_from > p.night_to then h.h >= p.night_from or h.h < p.night_to
            else h.h >= p.night_from and h.h < p.night_to end as dark
    from hours as h
    join subjects as p on p.subject = h.subject
), sums as (
    select subject, d, cast(sum(case when dark then total end) as bigint) as night,
        cast(sum(case when not dark then total end) as bigint) as daytime
    from parts
    group by subject, d
)
select s.subject, s.d, s.night, s.daytime,
    case when s.daytime > 0 then cast(s.night as double) / cast(s.daytime as double) else cast(0 as double) end as ratio
from sums as s
join subjects as p on p.subject = s.subject
where s.night > 0 and s.night >= p.enough and s.daytime is not null and cast(s.night as double) > p.above * cast(s.daytime as double)
order by s.d, s.subject
