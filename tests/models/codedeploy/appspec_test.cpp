#include "models/codedeploy/appspec.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "opsim/document/read.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::codedeploy {
namespace {

TEST_SUITE("codedeploy: AppSpec") {
  TEST_CASE("a file for instances: hooks with their scripts and timeouts") {
    const auto spec = read_appspec(Platform::server,
                                   "version: 0.0\nos: linux\nhooks:\n"
                                   "  ApplicationStart:\n"
                                   "    - { location: start.sh, timeout: 60, runas: root }\n"
                                   "    - location: warm.sh\n");
    REQUIRE(spec.has_value());
    CHECK(spec->hooks.at("ApplicationStart").size() == 2);
    CHECK(spec->hooks.at("ApplicationStart")[0].timeout == 60);
    CHECK(spec->hooks.at("ApplicationStart")[1].timeout == 3600);
  }

  TEST_CASE("what is wrong is told at once, with what was meant") {
    const auto spec = read_appspec(Platform::server,
                                   "version: 1.0\nos: macos\nhooks:\n"
                                   "  AplicationStart:\n    - { location: a.sh, timeout: 7200 }\n"
                                   "  Install:\n    - { location: b.sh }\n");
    REQUIRE_FALSE(spec.has_value());
    CHECK(spec.error().code == "InvalidRevisionException");
    for (const char* part :
         {"version must be 0.0", "os is \"macos\"", "did you mean \"ApplicationStart\"?",
          "hook \"Install\" is not valid", "timeout 7200"})
      CHECK_MESSAGE(spec.error().message.find(part) != std::string::npos, part);
  }

  TEST_CASE("the order of lifecycle events") {
    using Names = std::vector<std::string_view>;
    CHECK(lifecycle_events(Platform::lambda, false) ==
          Names{"BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"});
    CHECK(lifecycle_events(Platform::server, false) ==
          Names{"ApplicationStop", "DownloadBundle", "BeforeInstall", "Install", "AfterInstall",
                "ApplicationStart", "ValidateService"});
    CHECK(lifecycle_events(Platform::server, true).front() == "BeforeBlockTraffic");
    CHECK(lifecycle_events(Platform::server, true).back() == "AfterAllowTraffic");
    CHECK(lifecycle_events(Platform::ecs, true).size() == 8);
  }

  TEST_CASE("public AppSpec files load") {
    const auto shared = tests::shared_folder();
    if (!shared) {
      MESSAGE("no shared folder: skipped");
      return;
    }
    int read = 0;
    std::string refused;
    for (const auto& file : std::filesystem::directory_iterator{*shared / "corpus" / "appspec"}) {
      std::stringstream text;
      text << std::ifstream{file.path()}.rdbuf();
      const std::string name = file.path().filename().string();
      const Platform platform = name.find("ecs-") != std::string::npos      ? Platform::ecs
                                : name.find("lambda-") != std::string::npos ? Platform::lambda
                                                                            : Platform::server;
      const auto spec = read_appspec(platform, text.str());
      if (spec)
        ++read;
      else
        refused += name + ": " + spec.error().message + "\n";
    }
    CAPTURE(refused);
    CHECK(refused.empty());
    CHECK(read >= 19);
  }
}

}  // namespace
}  // namespace opsim::codedeploy
