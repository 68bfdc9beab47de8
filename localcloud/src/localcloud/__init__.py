"""The laptop's AWS: moto plus what moto lacks, served by one process."""
