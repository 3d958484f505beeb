-- scorecards: every value of the measures that are medians or percentiles, with the decisions on appeals applied
select r.ask, r.lead_path, r.area_path, r.value
from score_rows as r
left join score_out as o on r.ask = o.ask and r.case_id = o.case_id
where r.value is not null and r.den and not coalesce(o.out, r.excluded)
