"""Records: master data of the kinds that mechanisms declare (service items, projects, instruments …)."""
