"""Windows and queue numbers, appointments, the remote video desk."""
