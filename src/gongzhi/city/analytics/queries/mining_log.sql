-- our own facts as a log: one row per start or completion of a step of the chosen cases
select
    e.case_id,
    case when $level = 'step' then e.step else e.activity end as label,
    e.step, e.lifecycle as phase, e.us, e.seq, cast(e.token as varchar) as token, e.office, e.role, e.cause
from events as e join chosen as c on c.case_id = e.case_id
where e.lifecycle <> '' and ($mechanism = '' or e.mechanism = $mechanism)
