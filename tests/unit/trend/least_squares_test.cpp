#include "runner/trend/least_squares.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace soundcheck::trend {
namespace {

const std::vector<double> ones(5, 1.0);
const std::vector<double> x{1, 2, 3, 4, 5};

TEST(LeastSquares, ALineByHand) {
  LeastSquares line{{2, 4, 5, 4, 5}};
  ASSERT_TRUE(line.add(ones));
  ASSERT_TRUE(line.add(x));
  EXPECT_NEAR(line.coefficients()[0], 2.2, 1e-12);
  EXPECT_NEAR(line.coefficients()[1], 0.6, 1e-12);
  EXPECT_NEAR(line.residual_sum(), 2.4, 1e-12);
  // 2.4 / (5 - 2) over the squares of x about its mean, 10.
  EXPECT_NEAR(line.error(1, 0), std::sqrt(0.08), 1e-12);
}

TEST(LeastSquares, NeweyWestByHand) {
  LeastSquares constant{{0, 0, 0, 5, 5}};
  ASSERT_TRUE(constant.add(ones));
  // Residuals -2, -2, -2, 3, 3; scores x 0.2: sum of squares 1.2; at lag 1 0.16 + 0.16 - 0.24 + 0.36 = 0.44,
  // whose share is 1/2: (1.2 + 0.44) x 5 / 4 = 2.05, more than 0.2 x 30 / 4 = 1.5.
  EXPECT_NEAR(constant.error(0, 0), std::sqrt(1.5), 1e-12);
  EXPECT_NEAR(constant.error(0, 1), std::sqrt(2.05), 1e-12);
}

TEST(LeastSquares, RefusesWhatItHasAlready) {
  LeastSquares line{{1, 2, 3, 4, 6}};
  ASSERT_TRUE(line.add(ones));
  ASSERT_TRUE(line.add(x));
  EXPECT_FALSE(line.add({3, 5, 7, 9, 11}));
  EXPECT_EQ(line.columns(), 2U);
}

TEST(LeastSquares, OrderOfColumnsDoesNotMatter) {
  const std::vector<double> squares{1, 4, 9, 16, 25};
  LeastSquares one{{3, 1, 4, 1, 5}}, other{{3, 1, 4, 1, 5}};
  for (const auto& column : {ones, x, squares}) one.add(column);
  for (const auto& column : {squares, ones, x}) other.add(column);
  EXPECT_NEAR(one.coefficients()[1], other.coefficients()[2], 1e-9);
  EXPECT_NEAR(one.error(1, 2), other.error(2, 2), 1e-9);
}

}  // namespace
}  // namespace soundcheck::trend
