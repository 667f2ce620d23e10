#include "models/workload/queueing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "opsim/kernel/portable_math.hpp"

namespace opsim::workload {

namespace {

constexpr double kForEver = std::numeric_limits<double>::infinity();

/// Halfin and Whitt: the share that waits at `beta` square roots of spare servers.
double waits_with_slack(double beta) {
  const double density =
      portable::exp(-beta * beta / 2) / std::sqrt(2 * std::numbers::pi_v<double>);
  return density / (density + beta * portable::normal_cdf(beta));
}

}  // namespace

double erlang_b(double erlangs, int servers) {
  if (erlangs <= 0) return 0;
  if (servers <= 0) return 1;
  if (servers > kManyServers) {
    const double root = std::sqrt(static_cast<double>(servers));
    const double beta = (static_cast<double>(servers) - erlangs) / root;
    if (beta < -8) return 1 - static_cast<double>(servers) / erlangs;
    const double density =
        portable::exp(-beta * beta / 2) / std::sqrt(2 * std::numbers::pi_v<double>);
    return density / (root * portable::normal_cdf(beta));
  }
  double blocked = 1;  // with no server; one more at a time
  for (int n = 1; n <= servers; ++n) blocked = erlangs * blocked / (n + erlangs * blocked);
  return blocked;
}

double erlang_c(double erlangs, int servers) {
  const double load = servers > 0 ? erlangs / servers : kForEver;
  if (erlangs <= 0) return 0;
  if (load >= 1) return 1;
  if (servers > kManyServers) return waits_with_slack((1 - load) * std::sqrt(1.0 * servers));
  const double blocked = erlang_b(erlangs, servers);
  return blocked / (1 - load * (1 - blocked));
}

SteadyState steady_state(const Station& station) {
  SteadyState state;
  const double erlangs = station.arrivals * station.service;
  state.utilisation = station.servers > 0 ? erlangs / station.servers : kForEver;
  if (erlangs <= 0) return {.sojourn = station.service};
  if (state.utilisation >= 1) {
    state.waits = 1;
    state.wait = state.sojourn = state.waiting = state.present = kForEver;
    return state;
  }
  state.waits = erlang_c(erlangs, station.servers);
  const double spare = station.servers / station.service - station.arrivals;  // per second
  const double variability = (station.arrival_cv2 + station.service_cv2) / 2;
  state.wait = state.waits / spare * variability;
  state.sojourn = state.wait + station.service;
  state.waiting = station.arrivals * state.wait;
  state.present = station.arrivals * state.sojourn;
  return state;
}

double waits_longer(const Station& station, double seconds) {
  const double erlangs = station.arrivals * station.service;
  const double spare = station.servers / station.service - station.arrivals;
  if (spare <= 0) return 1;
  return erlang_c(erlangs, station.servers) * portable::exp(-spare * seconds);
}

namespace {

/// The arrivals at which so many requests are present.
double arrivals_where(Station station, double present) {
  double low = 0;
  double high = station.servers / station.service;
  constexpr int halvings = 40;
  for (int i = 0; i < halvings; ++i) {
    station.arrivals = (low + high) / 2;
    (steady_state(station).present < present ? low : high) = station.arrivals;
  }
  return low;
}

}  // namespace

double met_by_clients(Station each, double members, double clients, double elsewhere) {
  constexpr double many = 200;  // one more or less is nothing among them
  if (clients > many || members <= 0) return 1;
  double present = 0;  // at each member, with one client fewer
  double met = 0;
  double arrivals = 0;
  for (double n = 1; n <= clients; ++n) {
    each.arrivals = met = present > 0 ? arrivals_where(each, present) : 0;
    const double sojourn = steady_state(each).sojourn;
    arrivals = n / (elsewhere + sojourn) / members;
    present = arrivals * sojourn;
  }
  return arrivals > 0 ? met / arrivals : 1;
}

double Spread::above(double seconds) const {
  if (seconds <= 0) return mean > 0 ? 1 : 0;
  if (mean <= 0) return 0;
  const double shape = variance > 0 ? mean * mean / variance : kForEver;
  if (shape > 1e6) return seconds < mean ? 1 : 0;  // as good as constant
  // Chernoff's bound: beyond it a tail is less than one in 10^13.
  const double ratio = seconds / mean;
  constexpr double beyond = 30;
  if (shape * (ratio - 1 - portable::log(ratio)) > beyond) return ratio > 1 ? 0 : 1;
  return std::clamp(1 - portable::gamma_cdf(shape, seconds * shape / mean), 0.0, 1.0);
}

double Spread::quantile(double p) const {
  const double shape = variance > 0 ? mean * mean / variance : kForEver;
  if (mean <= 0 || shape > 1e6) return mean;
  return portable::gamma_quantile(std::max(shape, 1e-3), p) * mean / shape;
}

namespace {

constexpr double kNodesApart = .05;  // of the logarithm of the shape

}  // namespace

double QuantileCurves::node(std::map<int, double>& curve, double p, int number) {
  const auto [found, fresh] = curve.try_emplace(number);
  if (fresh) {
    const double shape = portable::exp(number * kNodesApart);
    found->second = portable::log(portable::gamma_quantile(shape, p) / shape);
  }
  return found->second;
}

double QuantileCurves::quantile(const Spread& spread, double p) {
  const double shape = spread.variance > 0 ? spread.mean * spread.mean / spread.variance : kForEver;
  // Where work is wilder than these, curves are too steep to be read off.
  constexpr double least = .2;
  constexpr double most = 1e4;
  if (spread.mean <= 0 || shape < least || shape > most) return spread.quantile(p);
  if (shape != last_shape_) {  // several percentiles of one spread are asked for in a row
    last_shape_ = shape;
    last_place_ = portable::log(shape) / kNodesApart;
  }
  const double place = last_place_;
  const int first = static_cast<int>(std::floor(place)) - 1;
  const double t = place - first;  // from 1 to 2
  // Lagrange, through four nodes at 0, 1, 2 and 3.
  const double weights[] = {-(t - 1) * (t - 2) * (t - 3) / 6, t * (t - 2) * (t - 3) / 2,
                            -t * (t - 1) * (t - 3) / 2, t * (t - 1) * (t - 2) / 6};
  double logarithm = 0;
  std::map<int, double>& curve = curves_[p];
  for (int i = 0; i < 4; ++i) logarithm += weights[i] * node(curve, p, first + i);
  return portable::exp(logarithm) * spread.mean;
}

Spread mixed(double share, const Spread& one, const Spread& other) {
  const double rest = 1 - share;
  const double mean = share * one.mean + rest * other.mean;
  const double square = share * (one.variance + one.mean * one.mean) +
                        rest * (other.variance + other.mean * other.mean);
  return {mean, std::max(0.0, square - mean * mean)};
}

Spread sojourn_of(const Station& station) {
  const SteadyState state = steady_state(station);
  const double own = station.service_cv2 * station.service * station.service;
  if (state.waits <= 0) return {station.service, own};
  // Who waits does so exponentially (exact for M/M/c); the mean of it from the mean over all.
  const double of_waiting = state.wait / state.waits;
  const double variance = state.waits * (2 - state.waits) * of_waiting * of_waiting;
  return {state.sojourn, variance + own};
}

}  // namespace opsim::workload
