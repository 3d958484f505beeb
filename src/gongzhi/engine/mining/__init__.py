"""What a log of events says: variants, arcs, bottlenecks, rework, conformance to the drawn flow, drift."""
