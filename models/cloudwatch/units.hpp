#pragma once
/// The units that CloudWatch knows. AWS: API MetricDatum, StandardUnit.
#include <array>
#include <string_view>

namespace opsim::cloudwatch {

inline constexpr std::array<std::string_view, 27> kUnits = {"Seconds",
                                                            "Microseconds",
                                                            "Milliseconds",
                                                            "Bytes",
                                                            "Kilobytes",
                                                            "Megabytes",
                                                            "Gigabytes",
                                                            "Terabytes",
                                                            "Bits",
                                                            "Kilobits",
                                                            "Megabits",
                                                            "Gigabits",
                                                            "Terabits",
                                                            "Percent",
                                                            "Count",
                                                            "Bytes/Second",
                                                            "Kilobytes/Second",
                                                            "Megabytes/Second",
                                                            "Gigabytes/Second",
                                                            "Terabytes/Second",
                                                            "Bits/Second",
                                                            "Kilobits/Second",
                                                            "Megabits/Second",
                                                            "Gigabits/Second",
                                                            "Terabits/Second",
                                                            "Count/Second",
                                                            "None"};

}  // namespace opsim::cloudwatch
