-- watches, low_ratio: days on which target ÷ source is below its own quantile of the days before.
-- ratio < margin × x[i] holds where at most i days of the baseline have margin × x <= ratio: nothing need be sorted to find out
with sums as (
    select p.subject, d.d,
        cast(sum(case when m.role = 'target' then d.total end) as bigint) as target,
        cast(sum(case when m.role = 'source' then d.total end) as bigint) as source
    from subjects as p
    join members as m on m.subject = p.subject
    join daily as d on d.s = m.s
    group by p.subject, d.d
), ratios as (
    select s.subject, s.d, s.target, s.source, cast(s.target as double) / cast(s.source as double) as ratio,
        p.quantile, p.days, p.enough, p.margin
    from sums as s
    join subjects as p on p.subject = s.subject
    where s.target is not null and s.source > 0 and s.source >= p.source_least
), held as (
    select r.subject, r.d, r.target, r.source, r.ratio, r.quantile, r.days, r.margin, count(*) as n
    from ratios as r
    join ticks as k on k.i >= 1 and k.i <= r.days
    join ratios as b on b.subject = r.subject and b.d = r.d - k.i
    where r.d >= $first and r.d < $last
    group by r.subject, r.d, r.target, r.source, r.ratio, r.quantile, r.days, r.margin, r.enough
    having count(*) >= r.enough
        and sum(case when r.margin * b.ratio <= r.ratio then 1 else 0 end) <= floor(r.quantile * cast(count(*) - 1 as double))
), ranked as (
    select h.subject, h.d, h.target, h.source, h.ratio, h.quantile, h.n, b.ratio as baseline,
        row_number() over (partition by h.subject, h.d order by b.ratio) as place
    from held as h
    join ticks as k on k.i >= 1 and k.i <= h.days
    join ratios as b on b.subject = h.subject and b.d = h.d - k.i
)
select subject, d, ratio, baseline, source, target, n as days
from ranked
where place = cast(floor(quantile * cast(n - 1 as double)) as bigint) + 1
order by d, subject
