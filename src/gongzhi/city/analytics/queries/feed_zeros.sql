-- whole local days of nothing but zeros, of series that had more in the week before
with daily as (
    select series, (us + 28800000000) // 86400000000 as day, count(*) as points, max(abs(value)) as most
    from readings
    where series in (select series from told)
    group by 1, 2
), weeks as (
    select *, max(most) over (
        partition by series order by day range between 7 preceding and 1 preceding
    ) as before
    from daily
)
select series, day, points
from weeks
where most = 0 and before > 0 and points * 10 >= $per_day * 9 and day between $first_day and $last_day
order by day, series
limit 500
