"""Record governance: corrections, voids, late entries, contests, holds, dates, facts told."""
