// The arithmetic of a HorizontalPodAutoscaler.
// Kubernetes documentation, "Horizontal Pod Autoscaling": algorithm details, stabilization window,
// scaling policies, default behavior.
#include "models/eks/autoscaler.hpp"

#include <doctest/doctest.h>

namespace opsim::eks {

namespace {

using namespace std::chrono_literals;

constexpr SimTime kNow{std::chrono::hours{24}};

AutoscalerSpec between(std::int64_t least, std::int64_t most) {
  AutoscalerSpec spec;
  spec.least = least;
  spec.most = most;
  return spec;
}

}  // namespace

TEST_SUITE("eks: autoscalers") {
  // "if the current metric value is 200m and the desired value is 100m, the number of replicas is
  // doubled, since 200.0 / 100.0 == 2.0. If the current value is instead 50m, it is halved."
  TEST_CASE("replicas follow the ratio of what is used to what is wanted, rounded up") {
    CHECK(wanted_replicas(3, {200, 200, 200}, 0, 100) == 6);
    CHECK(wanted_replicas(4, {50, 50, 50, 50}, 0, 100) == 2);
    CHECK(wanted_replicas(3, {50, 50, 50}, 0, 100) == 2);
    CHECK(wanted_replicas(1, {101}, 0, 90) == 2);
  }

  // "The control plane skips any scaling action if the ratio is sufficiently close to 1.0 (within a
  // configurable tolerance, 0.1 by default)."
  TEST_CASE("within a tenth of the target nothing is done") {
    CHECK(wanted_replicas(10, {88}, 0, 80) == 10);
    CHECK(wanted_replicas(1, {88}, 0, 80) == 1);
    CHECK(wanted_replicas(1, {88.1}, 0, 80) == 2);
    CHECK(wanted_replicas(1, {72}, 0, 80) == 1);
  }

  // "not-yet-ready pods and pods with missing metrics: assume 0 % in case of a scale up".
  TEST_CASE("pods that are not ready dampen a scale-up, and do not count for less") {
    CHECK(wanted_replicas(4, {200, 200}, 2, 100) == 4);  // (200 + 200 + 0 + 0) / 4 = 100
    CHECK(wanted_replicas(4, {300, 300}, 2, 100) == 6);
    CHECK(wanted_replicas(4, {50, 50}, 2, 100) == 1);
    CHECK(wanted_replicas(4, {}, 4, 100) == 4);
  }

  // "For scaling up ... 4 pods or 100% of the currently running replicas may at most be added every
  // 15 seconds till the HPA reaches its steady state."
  TEST_CASE("up at once: four pods or twice as many every 15 seconds") {
    const AutoscalerSpec spec = between(1, 100);
    AutoscalerMemory memory;
    CHECK(stabilized(memory, spec, 1, 50, kNow) == 5);
    remember(memory, 1, 5, kNow);
    CHECK(stabilized(memory, spec, 5, 50, kNow + 5s) == 5);  // within the same 15 seconds
    CHECK(stabilized(memory, spec, 5, 50, kNow + 15s) == 10);
    remember(memory, 5, 10, kNow + 15s);
    CHECK(stabilized(memory, spec, 10, 50, kNow + 30s) == 20);
  }

  // "For scaling down the stabilization window is 300 seconds ... 100% of the currently running
  // replicas can be removed".
  TEST_CASE("down after five minutes, to the highest that was recommended meanwhile") {
    const AutoscalerSpec spec = between(2, 100);
    AutoscalerMemory memory;
    CHECK(stabilized(memory, spec, 10, 10, kNow) == 10);
    CHECK(stabilized(memory, spec, 10, 6, kNow + 1min) == 10);
    CHECK(stabilized(memory, spec, 10, 1, kNow + 4min) == 10);
    CHECK(stabilized(memory, spec, 10, 1, kNow + 5min) == 10);  // ten until 15 s before +1 min
    CHECK(stabilized(memory, spec, 10, 1, kNow + 5min + 45s) == 6);
    CHECK(stabilized(memory, spec, 6, 1, kNow + 8min + 45s) == 2);  // minReplicas
  }

  // "selectPolicy: Min ... the smallest change"; "Disabled turns off scaling in that direction".
  TEST_CASE("policies choose the largest change, the smallest, or none") {
    AutoscalerSpec spec = between(1, 100);
    spec.down.stabilization = {};
    spec.down.policies = {{true, 10, 60s}, {false, 4, 60s}};  // the guide's example: 80 replicas
    AutoscalerMemory memory;
    CHECK(stabilized(memory, spec, 80, 10, kNow) == 72);
    spec.down.select = SelectPolicy::min;
    CHECK(stabilized(memory, spec, 80, 10, kNow) == 76);
    spec.down.select = SelectPolicy::disabled;
    CHECK(stabilized(memory, spec, 80, 10, kNow) == 80);
  }
}

}  // namespace opsim::eks
