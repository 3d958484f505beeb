-- from one office to another and straight back: how often, in how many cases, and the time that the way out and back took
with moves as (
    select case_id, place, us, before_us, before_office as giver, office as taker,
        lag(before_office) over (partition by case_id order by place) as origin,
        lag(office) over (partition by case_id order by place) as through,
        lag(before_us) over (partition by case_id order by place) as left_us
    from steps where before_office <> '' and office <> '' and before_office <> office
)
select origin, giver as other, count(*) as n, count(distinct case_id) as cases,
    cast(sum(us - left_us) as bigint) as total
from moves where origin = taker and through = giver
group by origin, giver order by n desc, origin, giver
