"""What paramql costs, as ratios to what one would use instead: `python -m benchmarks`."""
