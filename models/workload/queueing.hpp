#pragma once
/// Queues in a steady state: closed forms, no simulator. Time is in seconds, load in Erlang.
///
/// Sources  A. K. Erlang 1917 (B and C formulas); F. Pollaczek 1930, A. Khinchine 1932 (M/G/1);
///          A. O. Allen, "Probability, Statistics and Queueing Theory", 1978 (Allen-Cunneen,
///          G/G/c); S. Halfin, W. Whitt, "Heavy-traffic limits for queues with many exponential
///          servers", Operations Research 29 (1981): used above kManyServers, where it is off by
///          under 1 %.
#include <map>

namespace opsim::workload {

inline constexpr int kManyServers = 2000;

/// The share of arrivals that finds all servers busy where nobody waits: M/M/c/c. What a
/// concurrency limit rejects. `servers` is at least 0, `erlangs` too.
[[nodiscard]] double erlang_b(double erlangs, int servers);

/// The share of arrivals that waits in M/M/c; 1 where the servers cannot keep up.
[[nodiscard]] double erlang_c(double erlangs, int servers);

/// One queue before equal servers.
struct Station {
  double arrivals = 0;  // per second
  double service = 1;   // seconds, mean
  int servers = 1;
  double service_cv2 = 1;  // squared coefficient of variation; 1: exponential, 0: constant
  double arrival_cv2 = 1;  // 1: Poisson
};

/// How a station is in the long run. Times and lengths are infinite where it cannot keep up.
struct SteadyState {
  double utilisation = 0;  // of the servers, offered: may pass 1
  double waits = 0;        // share of requests that wait
  double wait = 0;         // Wq: mean over all requests
  double sojourn = 0;      // W
  double waiting = 0;      // Lq: requests in the queue
  double present = 0;      // L
};
/// Exact for M/M/c and M/G/1; Allen-Cunneen's approximation otherwise.
[[nodiscard]] SteadyState steady_state(const Station& station);

/// The share of requests of M/M/c that wait longer than `seconds`.
[[nodiscard]] double waits_longer(const Station& station, double seconds);

/// A closed loop: so many clients ask one of `members` equal stations in turn, and do something
/// else for `elsewhere` seconds in between. What share of the arrivals a request waits behind: it
/// finds the queues as they are with one client fewer (the arrival theorem; M. Reiser, S.
/// Lavenberg, "Mean-Value Analysis of Closed Multichain Queuing Networks", J. ACM 27, 1980). Exact
/// for one station with one exponential server. `each.arrivals` is not read.
[[nodiscard]] double met_by_clients(Station each, double members, double clients, double elsewhere);

/// A probability distribution of what takes time, known by two moments; a gamma distribution where
/// more is asked of it. Exact for the sojourn in M/M/1, which is exponential.
struct Spread {
  double mean = 0;
  double variance = 0;

  /// One after the other.
  friend Spread operator+(const Spread& one, const Spread& other) {
    return {one.mean + other.mean, one.variance + other.variance};
  }
  /// `times` of them, one after the other.
  [[nodiscard]] Spread repeated(double times) const { return {mean * times, variance * times}; }
  [[nodiscard]] double above(double seconds) const;  // the share that takes longer
  [[nodiscard]] double quantile(double p) const;     // 0 < p < 1
};
/// Quantiles of Spread, read off curves that are drawn once: within 1e-6 of quantile(). A
/// percentile is asked for again and again, at another shape each time.
class QuantileCurves {
 public:
  [[nodiscard]] double quantile(const Spread& spread, double p);

 private:
  [[nodiscard]] static double node(std::map<int, double>& curve, double p, int number);
  std::map<double, std::map<int, double>> curves_;  // by p: logarithm of the quantile, by node
  double last_shape_ = -1;
  double last_place_ = 0;
};

/// One of two: the first with probability `share`.
[[nodiscard]] Spread mixed(double share, const Spread& one, const Spread& other);

/// How long a request is at a station, waiting included. Only where it keeps up.
[[nodiscard]] Spread sojourn_of(const Station& station);

}  // namespace opsim::workload
