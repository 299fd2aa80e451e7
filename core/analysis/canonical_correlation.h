// Canonical correlation of two sets of variables seen on the same samples (Hotelling 1936), for
// comparing the representations of layers (SVCCA: Raghu et al. 2017, arXiv 1706.05806).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace bitsmith {

// The `k` leading principal components of `samples` (n x d, row-major): centred scores, n x k.
// 0 < k <= min(n, d). Directions without variance give zeros.
std::vector<double> principalScores(std::span<const double> samples, std::size_t n, std::size_t d,
                                    std::size_t k);

// Correlations of the canonical variates of x (n x p) and y (n x q), both centred, falling, each in
// 0..1: singular values of (Cxx + r I)^-1/2 Cxy (Cyy + r I)^-1/2 with r = ridge * mean(diag C).
// Values of min(p, q); with n <= p + q they are near 1 by construction and mean nothing. Empty
// where a covariance has no variance at all.
std::vector<double> canonicalCorrelations(std::span<const double> x, std::size_t p,
                                          std::span<const double> y, std::size_t q, std::size_t n,
                                          double ridge = 1e-4);

} // namespace bitsmith
