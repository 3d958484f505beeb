-- watches, lead_lag: the target must run so long before the source starts and so long after it stops; one row per subject and day
with edges as (
    select p.subject, p.target, p.points, p.off_below, r.us as edge_us, r.milli > p.on_above as starts,
        case when r.milli > p.on_above then r.us - cast($step as bigint) * p.lead_points else r.us end as since_us,
        case when r.milli > p.on_above then p.lead_points else p.lag_points end as width
    from subjects as p
    join readings as r on r.s = p.source
    join readings as b on b.s = p.source and b.us = r.us - cast($step as bigint)
    where (r.milli > p.on_above) <> (b.milli > p.on_above)
), checked as (
    select e.subject, e.edge_us, e.starts, e.since_us, e.width, count(*) as idle
    from edges as e
    join ticks as k on k.i < e.width
    join readings as t on t.s = e.target and t.us = e.since_us + cast($step as bigint) * k.i and t.milli <= e.off_below
    group by e.subject, e.edge_us, e.starts, e.since_us, e.width, e.points
    having count(*) >= e.points
), placed as (
    select subject, starts, since_us, since_us + cast($step as bigint) * width as until_us, idle,
        (since_us + cast($step as bigint) * (width - 1) + 28800000000) // 86400000000 as d
    from checked
)
select subject, min(since_us) as since_us, max(until_us) as until_us, cast(sum(case when starts then 1 else 0 end) as bigint) as starts,
    cast(sum(case when starts then 0 else 1 end) as bigint) as stops, cast(sum(idle) as bigint) as points
from placed
where d >= $first and d < $last
group by subject, d
order by since_us, subject
