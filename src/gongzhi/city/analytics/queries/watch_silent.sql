-- watches, silent: points that are missing, and points that did not change since the one before; see watch_runs.
-- Days on which neither can come to enough points are not looked through.
with days as (
    select p.subject, p.target, p.missing, p.from_us, k.d, coalesce(n.n, 0) as n
    from subjects as p
    cross join calendar as k
    left join daily as n on n.s = p.target and n.d = k.d
    where p.missing > 0
), gaps as (
    select subject, target, missing, from_us, d, $per_day - n as gone,
        coalesce(lag($per_day - n) over (partition by subject order by d), 0) as before,
        coalesce(lead($per_day - n) over (partition by subject order by d), 0) as behind
    from days
), grid as (
    select g.subject, g.target, g.missing, g.from_us, g.d * 86400000000 - 28800000000 + t.i * cast($step as bigint) as us
    from gaps as g
    join ticks as t on t.i < $per_day
    where g.gone > 0 and (g.gone + g.before >= g.missing or g.gone + g.behind >= g.missing or g.missing > $per_day)
), present as (
    select g.subject, g.us
    from grid as g
    join readings as r on r.s = g.target and r.us = g.us
), sampled as (
    select p.subject, p.target, greatest(p.flat // 2, 1) as every, r.us, r.milli
    from subjects as p
    join readings as r on r.s = p.target and r.milli > p.flat_above and (r.us // cast($step as bigint)) % greatest(p.flat // 2, 1) = 0
    where p.flat > 0
), suspects as (
    select distinct a.subject, (a.us + 28800000000) // 86400000000 + t.i - 1 as d
    from sampled as a
    join sampled as b on b.subject = a.subject and b.us = a.us + cast($step as bigint) * a.every and b.milli = a.milli
    join ticks as t on t.i < 4
), looked as (
    select p.subject, p.flat, p.flat_above, r.us, r.milli,
        lag(r.us) over (partition by p.subject order by r.us) as before_us,
        lag(r.milli) over (partition by p.subject order by r.us) as before
    from subjects as p
    join readings as r on r.s = p.target
    join suspects as x on x.subject = p.subject and x.d = (r.us + 28800000000) // 86400000000
    where p.flat > 0
)
select g.subject, 'missing' as grp, g.missing as needed, g.us, cast(0 as bigint) as a, cast(0 as bigint) as b
from grid as g
left join present as r on r.subject = g.subject and r.us = g.us
where r.us is null and g.us >= g.from_us
union all
select subject, 'flat' as grp, flat as needed, us, milli as a, cast(0 as bigint) as b
from looked
where before = milli and before_us = us - cast($step as bigint) and milli > flat_above
