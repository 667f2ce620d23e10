#include "opsim/kernel/distribution.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "opsim/kernel/portable_math.hpp"

using namespace opsim;

namespace {

Distribution parsed(std::string_view text) {
  const ParsedDistribution result = Distribution::parse(text);
  CAPTURE(result.error);
  REQUIRE(static_cast<bool>(result));
  return *result;
}

double near(double expected) { return expected; }

}  // namespace

TEST_SUITE("kernel: distribution") {
  TEST_CASE("percentiles given are percentiles had") {
    struct Row {
      std::string_view text;
      double p;
      double value;  // seconds
    };
    constexpr Row rows[] = {
        {"40s", 0.01, 40},
        {"uniform(10s, 20s)", 0.25, 12.5},
        {"uniform(10s, 20s)", 1, 20},
        {"exponential(p50 10s)", 0.5, 10},
        {"exponential(mean 5min)", 0.5, 300 * 0.69314718055994531},
        {"exponential(mean 5min)", 0.99, 300 * 4.60517018598809136},
        {"lognormal(p50 40s, p99 3min)", 0.5, 40},
        {"lognormal(p50 40s, p99 3min)", 0.99, 180},
        {"lognormal(median 4min, p90 20min)", 0.5, 240},
        {"lognormal(median 4min, p90 20min)", 0.9, 1200},
        {"lognormal(p99.9 3min, p10 40s)", 0.999, 180},
        {"lognormal(p99.9 3min, p10 40s)", 0.1, 40},
        {"normal(mean 40s, sd 5s)", 0.5, 40},
        {"normal(mean 40s, sd 5s)", 0.975, 40 + 5 * 1.95996398454005423},
        {"normal(mean 1ns, sd 5s)", 0.5, 5 * 0.67448975019608174},    // half of it is cut off
        {"gamma(mean 10s, shape 1)", 0.9, 10 * 2.30258509299404568},  // an exponential
        {"gamma(mean 10s, shape 2)", 0.5, 5 * 1.67834699001666066},
        {"gamma(mean 10s, shape 0.5)", 0.5, 20 * 0.22746821155978637},
        {"weibull(scale 10s, shape 1)", 0.9, 10 * 2.30258509299404568},
        {"weibull(scale 10s, shape 2)", 0.5, 10 * 0.83255461115769776},
    };
    for (const auto& [text, p, value] : rows) {
      CAPTURE(std::string{text});
      CHECK(parsed(text).quantile(p) == doctest::Approx(near(value)).epsilon(1e-8));
    }
  }

  TEST_CASE("samples follow the distribution, and its mean") {
    constexpr std::string_view texts[] = {
        "uniform(10s, 20s)",
        "exponential(mean 5min)",
        "lognormal(p50 40s, p90 90s)",
        "normal(mean 10s, sd 8s)",
        "gamma(mean 5min, shape 2.5)",
        "weibull(scale 5min, shape 1.5)",
        "empirical(30s, 40s, 41s, 2min)",
        "lognormal(mean 40s, sd 10s)",
    };
    for (const std::string_view text : texts) {
      CAPTURE(std::string{text});
      const Distribution distribution = parsed(text);
      Stream stream{Seed{1}, "samples"};
      constexpr int kDraws = 20'000;
      double sum = 0;
      int below_p90 = 0;
      const double p90 = distribution.quantile(0.9);
      for (int i = 0; i < kDraws; ++i) {
        const double value = distribution.sample(stream);
        REQUIRE(value >= 0);
        sum += value;
        below_p90 += value < p90 ? 1 : 0;
      }
      CHECK(sum / kDraws == doctest::Approx(distribution.mean()).epsilon(0.03));
      if (distribution.kind() != Distribution::Kind::empirical) {
        CHECK(below_p90 == doctest::Approx(kDraws * 0.9).epsilon(0.01));
      }
    }
  }

  TEST_CASE("an empirical distribution draws its own values, each as likely") {
    const Distribution distribution = parsed("empirical(2min, 30s, 41s, 40s)");
    CHECK(distribution.quantile(0) == 30);
    CHECK(distribution.quantile(0.3) == 40);
    CHECK(distribution.quantile(0.6) == 41);
    CHECK(distribution.quantile(1) == 120);
    CHECK(distribution.mean() == doctest::Approx(57.75));
  }

  TEST_CASE("every sample takes one number of the stream") {
    for (const std::string_view text :
         {"40s", "normal(mean 40s, sd 5s)", "gamma(mean 1s, shape 3)"}) {
      Stream used{Seed{1}, "one"};
      Stream counted{Seed{1}, "one"};
      static_cast<void>(parsed(text).sample(used));
      static_cast<void>(counted.bits());
      CHECK(used.bits() == counted.bits());
    }
  }

  TEST_CASE("durations, percentages and plain numbers") {
    Stream stream{Seed{1}, "units"};
    CHECK(parsed("40s").sample_duration(stream) == 40s);
    CHECK(parsed("1.5 min").sample_duration(stream) == 90s);
    CHECK(parsed("40").sample_duration(stream) == 40s);
    CHECK(parsed("40").unit() == Distribution::Unit::number);
    CHECK(parsed("97 %").sample(stream) == doctest::Approx(0.97));
    CHECK(parsed("97%").unit() == Distribution::Unit::percent);
    CHECK(parsed("uniform(-3, 5)").quantile(0) == -3);
    CHECK(parsed("uniform(-3, 5)").sample_duration(stream) >= 0s);
    CHECK(parsed("exponential(mean 50 %)").mean() == doctest::Approx(0.5));
    CHECK(Distribution{}.sample_duration(stream) == 0s);
    CHECK(Distribution::constant(250ms).sample_duration(stream) == 250ms);
    CHECK(Distribution::constant(250ms) == parsed("250ms"));
    CHECK(Distribution::constant(2.5) == parsed("2.5"));
    CHECK(parsed("weibull(scale 100000d, shape 0.1)").sample_duration(stream) <= Duration::max());
  }

  TEST_CASE("the text reads back as the same distribution") {
    constexpr std::string_view texts[] = {
        "40 s",
        "0 s",
        "97 %",
        "2.5",
        "1500 ms",
        "uniform(10 s, 20 s)",
        "exponential(mean 5 min)",
        "lognormal(p50 40 s, p99 3 min)",
        "lognormal(median 1 h, p99.9 1 d)",
        "normal(mean 40 s, sd 5 s)",
        "gamma(mean 5 min, shape 2)",
        "weibull(scale 5 min, shape 1.5)",
        "empirical(30 s, 40 s, 41 s, 2 min)",
    };
    for (const std::string_view text : texts) {
      CHECK(parsed(text).text() == text);
      CHECK(parsed(parsed(text).text()) == parsed(text));
    }
    CHECK(parsed("  lognormal ( p50  40s ,p99 180s )  ").text() ==
          "lognormal(p50 40 s, p99 3 min)");
  }

  TEST_CASE("what is wrong, and what was expected") {
    struct Row {
      std::string_view text;
      std::string_view error;
    };
    constexpr Row rows[] = {
        {"",
         "\"\" is neither a value (40s, 5, 97 %) nor a distribution, such as lognormal(p50 40s, "
         "p99 3min)"},
        {"fast",
         "\"fast\" is neither a value (40s, 5, 97 %) nor a distribution, such as lognormal(p50 "
         "40s, p99 3min)"},
        {"poisson(3)",
         "\"poisson\" is not a kind of distribution; known are empirical, exponential, gamma, "
         "lognormal, normal, uniform, weibull, or just a value"},
        {"uniform(10s)", "needs a least and a largest value; expected uniform(10s, 20s)"},
        {"uniform(20s, 10s)",
         "the least value is larger than the largest; expected uniform(10s, 20s)"},
        {"uniform(10s, 20s", "the closing \")\" is missing; expected uniform(10s, 20s)"},
        {"uniform()", "a value is missing; expected uniform(10s, 20s)"},
        {"uniform(10s, 5)", "10 s and 5 are of different units; expected uniform(10s, 20s)"},
        {"exponential(5min)",
         "\"\" is neither \"mean\" nor a percentile; expected exponential(mean 5min)"},
        {"exponential(mean 0s)", "the value must be more than 0; expected exponential(mean 5min)"},
        {"exponential(mean)", "the value of \"mean\" is missing; expected exponential(mean 5min)"},
        {"lognormal(p50 40s)",
         "needs two values; expected lognormal(p50 40s, p99 3min), any two percentiles, or mean "
         "and sd"},
        {"lognormal(p50 40s, p50 50s)",
         "\"p50\" is given twice; expected lognormal(p50 40s, p99 3min), any two percentiles, or "
         "mean and sd"},
        {"lognormal(p50 40s, median 50s)",
         "both values are for one percentile; expected lognormal(p50 40s, p99 3min), any two "
         "percentiles, or mean and sd"},
        {"lognormal(p50 3min, p99 40s)",
         "the higher percentile has the lower value; expected lognormal(p50 40s, p99 3min), any "
         "two percentiles, or mean and sd"},
        {"lognormal(p50 40s, p100 50s)",
         "\"p100\" is not a percentile; expected lognormal(p50 40s, p99 3min), any two "
         "percentiles, or mean and sd"},
        {"normal(mean 40s, shape 2)",
         "needs \"mean\" and \"sd\"; expected normal(mean 40s, sd 5s)"},
        {"normal(mean 40s, sd nan)", "\"nan\" is not a value; expected normal(mean 40s, sd 5s)"},
        {"gamma(mean 40s, shape 2s)",
         "\"shape\" is a plain number; expected gamma(mean 5min, shape 2)"},
        {"weibull(scale 1s, shape 0)",
         "\"shape\" must be more than 0; expected weibull(scale 5min, shape 1.5)"},
        {"empirical(30s, p50 40s)", "\"p50\" is not a value; expected empirical(30s, 40s, 41s)"},
    };
    for (const auto& [text, error] : rows) {
      const ParsedDistribution result = Distribution::parse(text);
      CHECK(!result);
      CHECK(result.error == error);
    }
  }

  TEST_CASE("any text ends in a distribution or an error, quickly") {
    CHECK(!Distribution::parse(std::string(100'000, '(')));
    std::string many = "empirical(1s";
    for (int i = 0; i < 3'000; ++i) many += ",1s";
    CHECK(!Distribution::parse(many + ")"));
    Stream random{Seed{1}, "fuzz"};
    constexpr std::string_view kAlphabet = "lognormal(p50 49s,%.)-mean e9";
    for (int i = 0; i < 20'000; ++i) {
      std::string text = i % 2 == 0 ? "lognormal(" : "";
      for (auto n = random.below(20); n > 0; --n) text += kAlphabet[random.below(kAlphabet.size())];
      const ParsedDistribution result = Distribution::parse(text);
      if (!result) {
        CHECK(!result.error.empty());
      } else {
        Stream stream{Seed{1}, "any"};
        CHECK(result->sample_duration(stream) >= 0s);
      }
    }
  }

  TEST_CASE("results are the same, bit for bit, in every build") {
    // Worked out once; a compiler, a library or an option that changes one bit fails here.
    struct Row {
      std::string_view text;
      std::uint64_t bits;
    };
    constexpr Row rows[] = {
        {"exponential(mean 5min)", 0xdc0b212203e0dd14},
        {"lognormal(p50 40s, p99 3min)", 0x46cc0afa90c0f98a},
        {"normal(mean 40s, sd 5s)", 0xecdf8b15f87000b8},
        {"gamma(mean 5min, shape 2)", 0x5aa6cb33728b4999},
        {"weibull(scale 5min, shape 1.5)", 0xce2105606f334ba7},
    };
    for (const auto& [text, bits] : rows) {
      CAPTURE(std::string{text});
      const Distribution distribution = parsed(text);
      Stream stream{Seed{42}, "bits"};
      std::uint64_t mixed = 0;
      for (int i = 0; i < 1'000; ++i) {
        mixed = std::rotl(mixed, 7) ^ std::bit_cast<std::uint64_t>(distribution.sample(stream));
      }
      CHECK(mixed == bits);
    }
  }
}

TEST_SUITE("kernel: portable math") {
  TEST_CASE("agrees with the C library to the last bits") {
    for (double x = -700; x < 700; x += 0.377) {
      CHECK(portable::exp(x) == doctest::Approx(std::exp(x)).epsilon(1e-14));
    }
    for (double x = 1e-300; x < 1e300; x *= 1.7) {
      CHECK(std::abs(portable::log(x) - std::log(x)) <= 2e-15 * std::abs(std::log(x)) + 1e-16);
    }
    for (double x = 0.01; x < 200; x *= 1.03) {
      CHECK(std::abs(portable::log_gamma(x) - std::lgamma(x)) <=
            1e-13 * (1 + std::abs(std::lgamma(x))));
    }
    for (double z = -8; z < 8; z += 0.013) {
      CHECK(std::abs(portable::normal_cdf(z) - 0.5 * std::erfc(-z / std::sqrt(2.0))) <= 1e-14);
    }
  }

  TEST_CASE("quantiles invert their distribution functions") {
    for (double p = 1e-12; p < 1; p += 0.0013) {
      CHECK(std::abs(portable::normal_cdf(portable::normal_quantile(p)) - p) <= 1e-13);
      for (const double shape : {0.05, 0.5, 1.0, 2.5, 30.0, 1000.0}) {
        CAPTURE(shape);
        CHECK(std::abs(portable::gamma_cdf(shape, portable::gamma_quantile(shape, p)) - p) <=
              1e-11);
      }
    }
  }
}
