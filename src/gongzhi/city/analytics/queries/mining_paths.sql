-- the path of every case
select s.case_id, string_agg(cast(l.code as varchar), ',' order by s.place) as path,
    min_by(s.label, s.place) as first_label, max_by(s.label, s.place) as last_label, count(*) as steps, min(s.us) as first_us, max(s.us) as last_us, max(s.us) - min(s.us) as span
from steps as s join labels as l on l.label = s.label
group by s.case_id
