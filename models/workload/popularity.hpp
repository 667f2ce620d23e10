#pragma once
/// How full a cache is after so many lookups. Pure.
///
/// Some objects are asked for far more often than others: the k-th most popular one as often as
/// k^-s says (Zipf). An object is in the cache once it has been asked for, so after n lookups a
/// share sum_k p_k (1 - (1 - p_k)^n) of the next ones hits.
#include <vector>

namespace opsim::workload {

/// L. Breslau et al., "Web Caching and Zipf-like Distributions", INFOCOM 1999: .64 to .83.
inline constexpr double kUsualSkew = .8;

class Popularity {
 public:
  Popularity(double objects, double skew);

  /// The share of lookups that hit, of those that will once the cache is full.
  [[nodiscard]] double warmth(double lookups) const;
  /// How many lookups it takes until it is so warm; `warmth` below 1.
  [[nodiscard]] double lookups_until(double warmth) const;

 private:
  struct Rank {  // objects that are asked for about equally often
    double share = 0;
    double each = 0;
  };
  std::vector<Rank> ranks_;
};

}  // namespace opsim::workload
