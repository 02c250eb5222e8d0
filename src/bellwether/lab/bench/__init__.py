"""The benchmarks of `bellwether bench`: each prints its workload beside its figures."""
