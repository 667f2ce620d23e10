#include "opsim/kernel/portable_math.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace opsim::portable {

namespace {
constexpr double kLn2High = 0x1.62e42fee00000p-1;  // ln 2 in two parts: the first has spare bits
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kPi = 3.14159265358979323846;
constexpr int kMostTerms = 10'000;
constexpr double kTiny = 1e-300;
constexpr double kPrecision = 1e-16;

template <int N>
double polynomial(const double (&coefficients)[N], double x) noexcept {  // highest power first
  double sum = coefficients[0];
  for (int i = 1; i < N; ++i) sum = sum * x + coefficients[i];
  return sum;
}
}  // namespace

double exp(double x) noexcept {
  if (x > 709.0) return std::numeric_limits<double>::infinity();
  if (x < -745.0) return 0;
  const double k = std::floor(x * 1.44269504088896340736 + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;  // |r| <= ln(2)/2
  double sum = 1;
  for (int n = 17; n >= 1; --n) sum = 1 + sum * r / n;
  return std::ldexp(sum, static_cast<int>(k));
}

double log(double x) noexcept {
  int k = 0;
  double m = std::frexp(x, &k);  // 0.5 <= m < 1
  if (m < 0.70710678118654752440) {
    m *= 2;
    --k;
  }
  const double f = (m - 1) / (m + 1);
  const double f2 = f * f;
  double sum = 0;  // 2 atanh(f) = 2 (f + f^3/3 + f^5/5 + ...)
  for (int n = 25; n >= 3; n -= 2) sum = (sum + 1.0 / n) * f2;
  return k * kLn2High + (2 * f + (2 * f * sum + k * kLn2Low));
}

double pow(double x, double y) noexcept { return exp(y * log(x)); }

double log_gamma(double x) noexcept {
  double shift =
      1;  // gamma(x) = gamma(x + n) / (x (x+1) ... (x+n-1)); Stirling's series needs x large
  for (; x < 12; x += 1) shift *= x;
  const double inverse = 1 / x;
  constexpr double kStirling[] = {-691.0 / 360360, 1.0 / 1188, -1.0 / 1680,
                                  1.0 / 1260,      -1.0 / 360, 1.0 / 12};
  const double series = polynomial(kStirling, inverse * inverse) * inverse;
  return (x - 0.5) * log(x) - x + 0.5 * log(2 * kPi) + series - log(shift);
}

/// Regularised incomplete gamma function P(shape, x): its power series below shape + 1, Lentz's
/// continued fraction of 1 - P above (Abramowitz and Stegun 6.5.29, 6.5.31).
double gamma_cdf(double shape, double x) noexcept {
  if (x <= 0) return 0;
  const double factor = exp(shape * log(x) - x - log_gamma(shape));
  if (x < shape + 1) {
    double term = 1 / shape;
    double sum = term;
    for (int n = 1; n < kMostTerms && term > sum * kPrecision; ++n) {
      term *= x / (shape + n);
      sum += term;
    }
    return sum * factor;
  }
  double b = x + 1 - shape;
  double c = 1 / kTiny;
  double d = 1 / b;
  double fraction = d;
  for (int n = 1; n < kMostTerms; ++n) {
    const double a = -n * (n - shape);
    b += 2;
    d = a * d + b;
    if (std::abs(d) < kTiny) d = kTiny;
    c = b + a / c;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1 / d;
    fraction *= d * c;
    if (std::abs(d * c - 1) < kPrecision * 4) break;
  }
  return 1 - factor * fraction;
}

double normal_cdf(double z) noexcept {
  const double tail = 0.5 * gamma_cdf(0.5, z * z / 2);
  return z < 0 ? 0.5 - tail : 0.5 + tail;
}

/// Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988).
double normal_quantile(double p) noexcept {
  constexpr double kA[] = {2.5090809287301226727e+3, 3.3430575583588128105e+4,
                           6.7265770927008700853e+4, 4.5921953931549871457e+4,
                           1.3731693765509461125e+4, 1.9715909503065514427e+3,
                           1.3314166789178437745e+2, 3.3871328727963666080e+0};
  constexpr double kB[] = {5.2264952788528545610e+3, 2.8729085735721942674e+4,
                           3.9307895800092710610e+4, 2.1213794301586595867e+4,
                           5.3941960214247511077e+3, 6.8718700749205790830e+2,
                           4.2313330701600911252e+1, 1.0};
  constexpr double kC[] = {7.74545014278341407640e-4, 2.27238449892691845833e-2,
                           2.41780725177450611770e-1, 1.27045825245236838258e+0,
                           3.64784832476320460504e+0, 5.76949722146069140550e+0,
                           4.63033784615654529590e+0, 1.42343711074968357734e+0};
  constexpr double kD[] = {1.05075007164441684324e-9, 5.47593808499534494600e-4,
                           1.51986665636164571966e-2, 1.48103976427480074590e-1,
                           6.89767334985100004550e-1, 1.67638483018380384940e+0,
                           2.05319162663775882187e+0, 1.0};
  constexpr double kE[] = {2.01033439929228813265e-7, 2.71155556874348757815e-5,
                           1.24266094738807843860e-3, 2.65321895265761230930e-2,
                           2.96560571828504891230e-1, 1.78482653991729133580e+0,
                           5.46378491116411436990e+0, 6.65790464350110377720e+0};
  constexpr double kF[] = {2.04426310338993978564e-15, 1.42151175831644588870e-7,
                           1.84631831751005468180e-5,  7.86869131145613259100e-4,
                           1.48753612908506148525e-2,  1.36929880922735805310e-1,
                           5.99832206555887937690e-1,  1.0};
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(kA, r) / polynomial(kB, r);
  }
  double r = std::sqrt(-log(q < 0 ? p : 1 - p));
  double z = 0;
  if (r <= 5) {
    r -= 1.6;
    z = polynomial(kC, r) / polynomial(kD, r);
  } else {
    r -= 5;
    z = polynomial(kE, r) / polynomial(kF, r);
  }
  return q < 0 ? -z : z;
}

/// Newton's method from Wilson and Hilferty's approximation, kept inside a bracket.
double gamma_quantile(double shape, double p) noexcept {
  const double nine = 9 * shape;
  const double cube = 1 - 1 / nine + normal_quantile(p) / std::sqrt(nine);
  double x = shape * cube * cube * cube;
  if (cube < 0.1) x = exp((log(p) + log_gamma(shape + 1)) / shape);
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  const double log_norm = log_gamma(shape);
  for (int i = 0; i < 200; ++i) {
    const double error = gamma_cdf(shape, x) - p;
    (error < 0 ? low : high) = x;
    const double density = exp((shape - 1) * log(x) - x - log_norm);
    double next = x - error / density;
    if (!(next > low && next < high)) next = std::isinf(high) ? x * 2 : (low + high) / 2;
    const bool settled = std::abs(next - x) <= 1e-14 * x;
    x = next;
    if (settled || x < kTiny) break;
  }
  return x;
}

}  // namespace opsim::portable
