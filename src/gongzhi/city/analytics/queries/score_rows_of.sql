-- scorecards: the cases behind one figure
select ask, case_id, lead_path, area_path, stratum, den, hit, value, excluded
from score_rows
where ask = $ask
order by case_id
