-- where readings are missing: between the first and the last reading that a batch told of, and before the first
with spans as (
    select series, first_us, last_us, (last_us - first_us) // $step + 1 as expected from told
), near as (
    select readings.series, readings.us, spans.first_us, spans.last_us, spans.expected
    from readings join spans on readings.series = spans.series
    where readings.us between spans.first_us - $back and spans.last_us
), lacking as (
    select series from near
    group by series
    having count(case when us >= first_us then 1 end) < max(expected)
        or (min(us) < max(first_us) and max(case when us < first_us then us end) < max(first_us) - $step)
), pairs as (
    select near.series, near.us, near.first_us, lag(near.us) over (partition by near.series order by near.us) as before
    from near join lacking on near.series = lacking.series
)
select series, before + $step as since_us, us as until_us, (us - before) // $step - 1 as missing
from pairs
where us >= first_us and us - before > $step
order by missing desc, series, us
limit 500
