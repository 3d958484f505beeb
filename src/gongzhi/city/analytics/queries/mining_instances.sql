-- one row per completed step with its beginning: the n-th start of a step (and task) belongs to its n-th completion
with numbered as (
    select *, row_number() over (partition by case_id, step, token, phase order by case when $by_seq = 1 then seq else us end, seq) as nth from log
)
select c.case_id, c.label, c.us, c.seq, c.office, c.role, s.us as start_us
from (select * from numbered where phase = 'complete') as c
left join (select * from numbered where phase = $begin) as s
    on s.case_id = c.case_id and s.step = c.step and s.token = c.token and s.nth = c.nth
