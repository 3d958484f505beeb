-- series whose day looks like their week before, but by whole hours later (above zero) or earlier (below zero)
with days as (
    select series, (us + 28800000000) // 86400000000 as day, (us + 28800000000) % 86400000000 // $step as slot, value
    from readings
    where series in (select series from told)
), profile as (
    select series, slot, avg(value) as usual
    from days
    where day between $day - 7 and $day - 1
    group by 1, 2
    having count(*) >= 3
), shifts as (
    select unnest(range(-8, 9)) as hours
), compared as (
    select days.series, shifts.hours, corr(days.value, profile.usual) as alike, count(*) as points
    from days cross join shifts
    join profile on profile.series = days.series
        and profile.slot = (days.slot - shifts.hours * $per_hour + 48 * $per_hour) % (24 * $per_hour)
    where days.day = $day
    group by 1, 2
), ranked as (
    select *, row_number() over (partition by series order by alike desc, abs(hours)) as place,
        max(case when hours = 0 then alike end) over (partition by series) as unmoved
    from compared
    where points * 10 >= 24 * $per_hour * 9 and not isnan(alike)
)
select series, hours from ranked
-- moved, it leaves no more than a quarter of what is unexplained where it stands
where place = 1 and hours <> 0 and alike >= 0.9
    and 1 - alike * alike <= 0.25 * (1 - coalesce(unmoved, 0) * abs(coalesce(unmoved, 0)))
    and coalesce(unmoved, 0) < 0.985
order by series
limit 500
