// A Kalman filter for a point that moves at constant speed, of which the place is measured.
#include "kernel.h"

template <int ROWS, int COLUMNS>
struct Matrix {
    number v[ROWS][COLUMNS];

    template <int WIDE>
    Matrix<ROWS, WIDE> operator*(const Matrix<COLUMNS, WIDE>& other) const {
        Matrix<ROWS, WIDE> result;
        for (int r = 0; r < ROWS; ++r)
            for (int c = 0; c < WIDE; ++c) {
                number sum = 0;
                for (int k = 0; k < COLUMNS; ++k) sum += v[r][k] * other.v[k][c];
                result.v[r][c] = sum;
            }
        return result;
    }
    Matrix operator+(const Matrix& other) const {
        Matrix result;
        for (int r = 0; r < ROWS; ++r)
            for (int c = 0; c < COLUMNS; ++c) result.v[r][c] = v[r][c] + other.v[r][c];
        return result;
    }
    Matrix<COLUMNS, ROWS> transposed() const {
        Matrix<COLUMNS, ROWS> result;
        for (int r = 0; r < ROWS; ++r)
            for (int c = 0; c < COLUMNS; ++c) result.v[c][r] = v[r][c];
        return result;
    }
    static Matrix diagonal(number value) {
        Matrix result;
        for (int r = 0; r < ROWS; ++r)
            for (int c = 0; c < COLUMNS; ++c) result.v[r][c] = r == c ? value : number(0);
        return result;
    }
};

class Filter {
  public:
    Filter() : state(Matrix<4, 1>::diagonal(0)), covariance(Matrix<4, 4>::diagonal(10)) {}

    void step(number x, number y, number& at_x, number& at_y) {
        Matrix<4, 4> motion = Matrix<4, 4>::diagonal(1);
        motion.v[0][2] = motion.v[1][3] = 0.0625;  // a sixteenth of a unit of time
        state = motion * state;
        covariance = motion * covariance * motion.transposed() + Matrix<4, 4>::diagonal(0.01);

        const number a = covariance.v[0][0] + number(0.5), b = covariance.v[0][1];
        const number c = covariance.v[1][0], d = covariance.v[1][1] + number(0.5);
        const number determinant = a * d - b * c;
        const number scale = determinant == 0 ? number(0) : number(number(1) / determinant);
        Matrix<2, 2> inverse;
        inverse.v[0][0] = d * scale;
        inverse.v[0][1] = -b * scale;
        inverse.v[1][0] = -c * scale;
        inverse.v[1][1] = a * scale;
        Matrix<4, 2> observed;
        for (int r = 0; r < 4; ++r)
            for (int k = 0; k < 2; ++k) observed.v[r][k] = covariance.v[r][k];
        const Matrix<4, 2> gain = observed * inverse;

        Matrix<2, 1> error;
        error.v[0][0] = x - state.v[0][0];
        error.v[1][0] = y - state.v[1][0];
        state = state + gain * error;
        Matrix<4, 4> rest = Matrix<4, 4>::diagonal(1);
        for (int r = 0; r < 4; ++r)
            for (int k = 0; k < 2; ++k) rest.v[r][k] -= gain.v[r][k];
        covariance = rest * covariance;
        at_x = state.v[0][0];
        at_y = state.v[1][0];
    }

  private:
    Matrix<4, 1> state;
    Matrix<4, 4> covariance;
};

void kalman(hls::stream<number>& x, hls::stream<number>& y, hls::stream<number>& at_x, hls::stream<number>& at_y) {
    static Filter filter;
    number filtered_x, filtered_y;
    filter.step(x.read(), y.read(), filtered_x, filtered_y);
    at_x.write(filtered_x);
    at_y.write(filtered_y);
}
