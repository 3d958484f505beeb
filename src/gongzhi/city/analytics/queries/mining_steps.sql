-- the completed steps in the order of their case (our own facts in the order of the journal, others by time), each with the one before; working time by the table of days:
-- how much was worked from the first day to an instant, so that a difference is the time worked between two
with timed as (
    select i.case_id, i.label, i.us, i.seq, i.office, i.role, i.start_us,
        d.before
            + greatest(0, least((i.us + $offset) % 86400000000, d.end1) - d.begin1)
            + greatest(0, least((i.us + $offset) % 86400000000, d.end2) - d.begin2)
            + greatest(0, least((i.us + $offset) % 86400000000, d.end3) - d.begin3) as worked,
        b.before
            + greatest(0, least((i.start_us + $offset) % 86400000000, b.end1) - b.begin1)
            + greatest(0, least((i.start_us + $offset) % 86400000000, b.end2) - b.begin2)
            + greatest(0, least((i.start_us + $offset) % 86400000000, b.end3) - b.begin3) as start_worked
    from instances as i
    left join days as d on d.day = (i.us + $offset) // 86400000000
    left join days as b on b.day = (i.start_us + $offset) // 86400000000
)
select case_id, label, us, office, role, start_us, worked, start_worked,
    lag(label) over (partition by case_id order by case when $by_seq = 1 then seq else us end, seq) as before_label,
    lag(us) over (partition by case_id order by case when $by_seq = 1 then seq else us end, seq) as before_us,
    lag(worked) over (partition by case_id order by case when $by_seq = 1 then seq else us end, seq) as before_worked,
    lag(office) over (partition by case_id order by case when $by_seq = 1 then seq else us end, seq) as before_office,
    lag(role) over (partition by case_id order by case when $by_seq = 1 then seq else us end, seq) as before_role,
    row_number() over (partition by case_id order by case when $by_seq = 1 then seq else us end, seq) as place
from timed
