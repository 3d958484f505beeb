-- from one office to another and straight back to a step that the case had done before: how often, in how many cases, and
-- the time that the way out and back took. A case that comes back for its next step was not kicked back.
with moves as (
    select case_id, label, place, us, before_us, before_office as giver, office as taker,
        lag(before_office) over (partition by case_id order by place) as origin,
        lag(office) over (partition by case_id order by place) as through,
        lag(before_us) over (partition by case_id order by place) as left_us
    from steps where before_office <> '' and office <> '' and before_office <> office
),
back as (select * from moves where origin = taker and through = giver),
again as (
    select b.case_id, b.place from back as b join steps as s
        on s.case_id = b.case_id and s.label = b.label and s.place < b.place
    group by b.case_id, b.place
)
select origin, giver as other, count(*) as n, count(distinct b.case_id) as cases,
    cast(sum(us - left_us) as bigint) as total
from back as b join again as a on a.case_id = b.case_id and a.place = b.place
group by origin, giver order by n desc, origin, giver
