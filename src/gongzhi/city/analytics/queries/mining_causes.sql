-- the drawn arcs of our own mechanism: which choice opened which step, how often, and how long that step then stayed open
with numbered as (
    select *, row_number() over (partition by case_id, step, token, phase order by case when $by_seq = 1 then seq else us end, seq) as nth from log
)
select s.cause, s.step, count(*) as n, count(c.us) as done, cast(sum(c.us - s.us) as bigint) as total,
    cast(round(quantile_cont(c.us - s.us, 0.5)) as bigint) as median, cast(round(quantile_cont(c.us - s.us, 0.9)) as bigint) as p90
from (select * from numbered where phase = 'start') as s
left join (select * from numbered where phase = 'complete') as c
    on c.case_id = s.case_id and c.step = s.step and c.token = s.token and c.nth = s.nth
group by s.cause, s.step order by n desc, s.cause, s.step
