-- the cases of a mechanism that were opened in a period, within an area
select case_id, number, opened_us, ended_us, "end" as outcome, lead, unit_late, citizen_late
from (
    select *, row_number() over (partition by case_id order by position desc) as newest from case_states
) as states
where newest = 1 and not merged
  and mechanism = $mechanism and ($type = '' or type = $type)
  and opened_us >= $since and opened_us < $until
  and ($area_path = '' or starts_with(area_path, $area_path))
