"""Jobs and leases, the audit trail and alerts."""
