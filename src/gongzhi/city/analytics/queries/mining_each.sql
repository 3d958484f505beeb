-- every step: how often, in how many cases, how many did it again, how many began and ended with it
with per_case as (select case_id, label, count(*) as times from steps group by case_id, label),
firsts as (select first_label as label, count(*) as n from paths group by first_label),
lasts as (select last_label as label, count(*) as n from paths group by last_label),
tallied as (
    select label, cast(sum(times) as bigint) as n, count(*) as cases,
        count(*) filter (where times > 1) as again, cast(sum(times - 1) as bigint) as repeats
    from per_case group by label
)
select t.label, t.n, t.cases, t.again, t.repeats, coalesce(f.n, 0) as firsts, coalesce(l.n, 0) as lasts
from tallied as t left join firsts as f on f.label = t.label left join lasts as l on l.label = t.label
order by t.n desc, t.label
