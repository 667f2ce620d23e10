#pragma once

/// The few functions that distributions need, from +, -, *, / and sqrt alone: those are exactly
/// rounded by IEEE 754, so results are the same bit for bit in every build and on every machine,
/// which the C library's log and exp do not promise. Relative error about 1e-15 (1e-13 for gamma).
namespace opsim::portable {

double exp(double x) noexcept;
double log(double x) noexcept;            // x > 0
double pow(double x, double y) noexcept;  // x > 0
double log_gamma(double x) noexcept;      // x > 0

double normal_cdf(double z) noexcept;
double normal_quantile(double p) noexcept;  // 0 < p < 1
/// Of the gamma distribution with scale 1.
double gamma_cdf(double shape, double x) noexcept;
double gamma_quantile(double shape, double p) noexcept;  // 0 < p < 1

}  // namespace opsim::portable
