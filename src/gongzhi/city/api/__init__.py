"""The door for programs: REST under ``/api/v1/`` with its OpenAPI 3.1 document, and Open311 GeoReport v2.

A door has no rules and no queries of its own: it reads a request strictly, finds out who acts, calls an action or a
query, and writes down what came back. Rights are checked in the action and in the query.
"""
