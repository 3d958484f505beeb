-- watches: consecutive points as windows, cut at local midnight. A piece counts if it has enough points, or if too few for an
-- alert stand right before midnight and both together have enough
with marked as (
    select subject, grp, needed, us, a, b, us - cast($step as bigint) * row_number() over (partition by subject, grp order by us) as island
    from points
), pieces as (
    select subject, grp, needed, island, (us + 28800000000) // 86400000000 as d,
        min(us) as first_us, max(us) as last_us, count(*) as n, cast(sum(a) as bigint) as a, cast(sum(b) as bigint) as b
    from marked
    group by subject, grp, needed, island, (us + 28800000000) // 86400000000
), joined as (
    select subject, grp, needed, d, first_us, last_us, n, a, b,
        cast(sum(n) over (partition by subject, grp, island order by d rows between unbounded preceding and current row) as bigint) as all_n,
        cast(sum(a) over (partition by subject, grp, island order by d rows between unbounded preceding and current row) as bigint) as all_a,
        cast(sum(b) over (partition by subject, grp, island order by d rows between unbounded preceding and current row) as bigint) as all_b,
        min(first_us) over (partition by subject, grp, island) as run_us
    from pieces
)
select subject, grp,
    case when all_n - n < needed then run_us else first_us end as since_us,
    last_us + cast($step as bigint) as until_us,
    case when all_n - n < needed then all_n else n end as points,
    case when all_n - n < needed then all_a else a end as a,
    case when all_n - n < needed then all_b else b end as b
from joined
where d >= $first and d < $last and (n >= needed or (all_n - n < needed and all_n >= needed))
order by since_us, subject, grp
