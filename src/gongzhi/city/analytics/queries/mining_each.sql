-- every step: how often, in how many cases, how many did it again, how many began and ended with it
with per_case as (
    select case_id, label, count(*) as times, min(place) as first_place from steps group by case_id, label
),
ends as (select case_id, max(place) as last_place from steps group by case_id),
lasts as (
    select s.label, count(*) as n from steps as s join ends as e on e.case_id = s.case_id and e.last_place = s.place
    group by s.label
)
select p.label, cast(sum(p.times) as bigint) as n, count(*) as cases,
    count(*) filter (where p.times > 1) as again, cast(sum(p.times - 1) as bigint) as repeats,
    count(*) filter (where p.first_place = 1) as firsts, coalesce(max(l.n), 0) as lasts
from per_case as p left join lasts as l on l.label = p.label
group by p.label order by n desc, p.label
