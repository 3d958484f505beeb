-- the cases of a log that began in a period
select l.*
from whole as l join (
    select case_id from whole group by case_id having min(us) >= $since and min(us) < $until
) as began on began.case_id = l.case_id
