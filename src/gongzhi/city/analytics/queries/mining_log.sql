-- our own facts as a log: one row per start or completion of a step of the chosen cases; choice by choice also those that
-- left their step open (an extension asked for), which open side steps
select
    e.case_id,
    case when $level = 'step' then e.step else e.activity end as label,
    e.step, case when e.lifecycle = '' then 'complete' else e.lifecycle end as phase, e.us, e.seq, cast(e.token as varchar) as token, e.office, e.role, e.cause
from events as e join chosen as c on c.case_id = e.case_id
where (e.lifecycle <> '' or ($level = 'choice' and e.kind = 'chosen')) and ($mechanism = '' or e.mechanism = $mechanism)
