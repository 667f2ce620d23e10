#include "models/compute/cpu_credits.hpp"

#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

struct Bursting : World {
  std::string id;
  explicit Bursting(std::string_view type, std::string_view mode = {}) {
    Json input{{"ImageId", "ami-12345678"}};
    if (!type.empty()) input["InstanceType"] = type;
    if (!mode.empty()) input["CreditSpecification"] = {{"CpuCredits", mode}};
    input["MinCount"] = input["MaxCount"] = 1;
    physics("AWS::EC2::Instance",
            "{ launches in: 20s, boots in: 10s, cpu: { level: 0 %, noise: 0 % } }");
    id = ec2("RunInstances", input)["Instances"][0]["InstanceId"].get<std::string>();
    run(20s);
  }
  void load(double percent) {
    cloud.change_quantity(id, "cpu", {.how = Change::How::to, .value = percent});
  }
  double cpu() { return *cloud.read_quantity(id, "cpu"); }
  double credits() {
    const compute::CpuCredits& books = *instance(id).credits;
    return books.launch.at(sim.now()) + books.earned.at(sim.now());
  }
  std::optional<double> metric(std::string_view name) {
    const auto series =
        cloud.metrics().find({kHome, "AWS/EC2", std::string{name}, {{"InstanceId", id}}});
    if (!series) return std::nullopt;
    const Window window{sim.now() - 5min, sim.now(), sim.now() + 1h};
    return cloud.metrics().statistic(*series, *Statistic::parse("Average"), window);
  }
};

}  // namespace

TEST_SUITE("ec2: CPU credits") {
  TEST_CASE("what each type earns is a day's worth at most, and its baseline") {
    struct Row {
      std::string_view type;
      double baseline;  // of each vCPU, per cent
      double most;
    };
    const Row rows[] = {
        {"t2.nano", 5, 72},         {"t2.micro", 10, 144},    {"t2.small", 20, 288},
        {"t2.medium", 20, 576},     {"t2.large", 30, 864},    {"t2.xlarge", 22.5, 1296},
        {"t2.2xlarge", 17, 1958.4}, {"t3.nano", 5, 144},      {"t3.micro", 10, 288},
        {"t3.small", 20, 576},      {"t3.medium", 20, 576},   {"t3a.large", 30, 864},
        {"t3a.xlarge", 40, 2304},   {"t4g.2xlarge", 40, 4608}};
    for (const Row& row : rows) {
      CAPTURE(row.type);
      const compute::BurstableType* type = compute::burstable_type(row.type);
      REQUIRE(type != nullptr);
      CHECK(type->baseline_percent() == doctest::Approx(row.baseline));
      CHECK(type->most == doctest::Approx(row.most));
      CHECK(type->most == doctest::Approx(24 * type->credits_per_hour));
    }
    CHECK(compute::burstable_type("m6i.large") == nullptr);
  }

  TEST_CASE("t2 standard: launch credits are spent first and do not count against the limit") {
    Bursting world{"t2.micro"};
    CHECK(world.credits() == doctest::Approx(30));
    world.run(30h);  // the limit of 144, and 30
    CHECK(world.credits() == doctest::Approx(174));
    world.load(100);
    world.run(30min);  // 30 launch credits; what comes in meanwhile is discarded
    CHECK(world.credits() == doctest::Approx(144).epsilon(0.001));
    world.run(1h);  // 60 spent, 6 earned
    CHECK(world.credits() == doctest::Approx(90).epsilon(0.001));
  }

  TEST_CASE("standard: without credits the CPU does its baseline, until it has rested") {
    Bursting world{"t2.micro"};
    world.load(100);
    CHECK(world.cpu() == 100);
    // 30 minutes on launch credits while 3 are earned; these last 3 / 0.9 minutes.
    world.run(33min);
    CHECK(world.cpu() == 100);
    world.run(1min);
    CHECK(world.cpu() == doctest::Approx(10));
    // Whether that hurts anybody is for the workload to say.
    CHECK(world.cloud.health(world.id) == Health::ok);
    world.run(11min);
    CHECK(*world.metric("CPUUtilization") == doctest::Approx(10));
    CHECK(*world.metric("CPUCreditBalance") == doctest::Approx(0));
    CHECK(*world.metric("CPUCreditUsage") == doctest::Approx(0.5));
    world.load(0);
    CHECK(world.cloud.health(world.id) == Health::ok);
    world.run(1h);
    CHECK(world.credits() == doctest::Approx(6));
    CHECK(*world.metric("CPUCreditUsage") == doctest::Approx(0));
    world.load(50);
    CHECK(world.cpu() == 50);
  }

  TEST_CASE("unlimited: surplus credits are owed up to a day's worth, and earned back") {
    Bursting world{"t3.micro"};
    CHECK(world.credits() == doctest::Approx(0));
    CHECK_FALSE(world.metric("CPUSurplusCreditBalance"));
    world.load(60);  // 72 an hour, and 12 come in
    world.run(2h);
    CHECK(world.cpu() == 60);
    CHECK(world.credits() == doctest::Approx(-120));
    CHECK(*world.metric("CPUCreditBalance") == doctest::Approx(0));
    CHECK(*world.metric("CPUSurplusCreditBalance") > 110);
    CHECK(*world.metric("CPUCreditUsage") == doctest::Approx(6));
    world.run(10h);
    CHECK(world.credits() == doctest::Approx(-288));
    CHECK(world.cpu() == 60);
    world.load(0);
    world.run(25h);
    CHECK(world.credits() == doctest::Approx(12));
    CHECK(*world.metric("CPUSurplusCreditBalance") == doctest::Approx(0));
  }

  TEST_CASE("a stop loses what a T2 has; a T3 keeps it for a week") {
    struct Row {
      std::string_view type;
      Duration stay;
      double left;
    };
    const Row rows[] = {{"t2.micro", 1h, 30}, {"t3.micro", 1h, 120}, {"t3.micro", 170h, 0}};
    for (const auto& [type, stay, left] : rows) {
      CAPTURE(type);
      Bursting world{type};
      world.run(10h);
      world.ec2("StopInstances", {{"InstanceIds", {world.id}}});
      world.run(stay);
      world.ec2("StartInstances", {{"InstanceIds", {world.id}}});
      world.run(20s);
      CHECK(world.credits() == doctest::Approx(left).epsilon(0.01));
    }
  }

  TEST_CASE("the mode is asked for at launch, told, and changed") {
    Bursting world{"t3.micro", "standard"};
    const auto told = [&] {
      return world.ec2(
          "DescribeInstanceCreditSpecifications",
          {{"InstanceIds", {world.id}}})["InstanceCreditSpecifications"][0]["CpuCredits"];
    };
    CHECK(told() == "standard");
    world.load(50);
    CHECK(world.cpu() == doctest::Approx(10));
    world.ec2("ModifyInstanceCreditSpecification",
              {{"InstanceCreditSpecifications",
                {{{"InstanceId", world.id}, {"CpuCredits", "unlimited"}}}}});
    CHECK(told() == "unlimited");
    CHECK(world.cpu() == 50);
    world.run(1h);
    world.ec2("ModifyInstanceCreditSpecification",
              {{"InstanceCreditSpecifications",
                {{{"InstanceId", world.id}, {"CpuCredits", "standard"}}}}});
    CHECK(world.credits() == doctest::Approx(0));
    CHECK(world.cpu() == doctest::Approx(10));
  }

  TEST_CASE("what nobody called burstable has no credits") {
    Bursting world{""};
    world.load(100);
    world.run(10h);
    CHECK(world.cpu() == 100);
    CHECK_FALSE(world.metric("CPUCreditBalance"));
  }
}

}  // namespace opsim::tests
