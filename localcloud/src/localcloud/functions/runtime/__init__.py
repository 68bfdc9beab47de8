"""What runs in the processes of functions? Nothing here imports the cloud."""
