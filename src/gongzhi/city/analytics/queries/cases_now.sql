-- the newest written state of every case
select * from (
    select *, row_number() over (partition by case_id order by position desc) as newest from case_states
) as states
where newest = 1
