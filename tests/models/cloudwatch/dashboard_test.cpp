#include <doctest/doctest.h>

#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

TEST_SUITE("cloudwatch: dashboards") {
  TEST_CASE("are kept as they were put, and belong to no Region") {
    World world;
    const std::string body = R"({"widgets":[{"type":"text","properties":{"markdown":"hi"}}]})";
    const Json put =
        *world.ask("PutDashboard", {{"DashboardName", "web"}, {"DashboardBody", body}});
    CHECK(put["DashboardValidationMessages"].empty());
    const Json got = *world.ask("GetDashboard", {{"DashboardName", "web"}});
    CHECK(got["DashboardBody"] == body);
    CHECK(got["DashboardArn"] == "arn:aws:cloudwatch::012345678901:dashboard/web");
    const Json list = *world.ask("ListDashboards", {{"DashboardNamePrefix", "w"}});
    REQUIRE(list["DashboardEntries"].size() == 1);
    CHECK(list["DashboardEntries"][0]["Size"] == body.size());
    REQUIRE(world.ask("DeleteDashboards", {{"DashboardNames", {"web"}}}));
    CHECK(world.ask("GetDashboard", {{"DashboardName", "web"}}).error().code == "ResourceNotFound");
  }

  TEST_CASE("are refused when they are no dashboards; none is deleted if one is missing") {
    World world;
    const auto refusal = [&](std::string_view name, std::string_view body) {
      return world.ask("PutDashboard", {{"DashboardName", name}, {"DashboardBody", body}})
          .error()
          .code;
    };
    CHECK(refusal("a b", R"({"widgets":[]})") == "InvalidParameterInput");
    CHECK(refusal("a", "no JSON") == "InvalidParameterInput");
    CHECK(refusal("a", R"({"widgets":[{}]})") == "InvalidParameterInput");
    REQUIRE(world.ask("PutDashboard",
                      {{"DashboardName", "a"}, {"DashboardBody", R"({"widgets":[]})"}}));
    CHECK_FALSE(world.ask("DeleteDashboards", {{"DashboardNames", {"a", "b"}}}));
    CHECK(world.ask("GetDashboard", {{"DashboardName", "a"}}));
  }
}

}  // namespace
}  // namespace opsim::tests
