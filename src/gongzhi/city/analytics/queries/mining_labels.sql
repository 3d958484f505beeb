-- the steps of a log by number: paths are joined numbers, which are shorter than names
select label, row_number() over (order by label) as code from (select distinct label from instances) as names
